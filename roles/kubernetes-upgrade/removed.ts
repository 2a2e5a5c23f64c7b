/** What reads a setting: flags of one are no flags of another. */
export type Reader = "apiServer" | "controllerManager" | "scheduler" | "kubelet" | "kubeProxy";

/** What a minor version does not know any more; a program that is given it does not start. */
interface Removed {
  readonly minor: number;
  readonly flags?: Partial<Record<Reader, readonly string[]>>;
  /** Of all programs: each knows them all. */
  readonly gates?: readonly string[];
}

/** Flags that kubelets had from cAdvisor. */
const CADVISOR = [
  "housekeeping-interval",
  "application-metrics-count-limit",
  "boot-id-file",
  "container-hints",
  "containerd",
  "containerd-namespace",
  "enable-load-reader",
  "event-storage-age-limit",
  "event-storage-event-limit",
  "global-housekeeping-interval",
  "log-cadvisor-usage",
  "machine-id-file",
  "storage-driver-user",
  "storage-driver-password",
  "storage-driver-host",
  "storage-driver-db",
  "storage-driver-table",
  "storage-driver-secure",
  "storage-driver-buffer-duration",
];

/**
 * Source: the programs' own sources, version after version (1.31.14, 1.32.13, 1.33.13, 1.34.4, 1.35.4, 1.36.3, 1.37.2): flags that their
 * options register, and the project's list of feature gates (`versioned_feature_list.yaml`). No field of KubeletConfiguration went.
 */
export const REMOVED: readonly Removed[] = [
  {
    minor: 31,
    flags: { kubelet: ["keep-terminated-pod-volumes", "iptables-masquerade-bit", "iptables-drop-bit"] },
  },
  {
    minor: 33,
    flags: { apiServer: ["cloud-config", "cloud-provider"] },
    gates: [
      "APIListChunking",
      "AdmissionWebhookMatchConditions",
      "AggregatedDiscoveryEndpoint",
      "AppArmor",
      "AppArmorFields",
      "CPUManager",
      "DisableCloudProviders",
      "DisableKubeletCloudCredentialProviders",
      "EfficientWatchResumption",
      "JobPodFailurePolicy",
      "KubeProxyDrainingTerminatingNodes",
      "PDBUnhealthyPodEvictionPolicy",
      "PersistentVolumeLastPhaseTransitionTime",
      "RemainingItemCount",
      "VolumeCapacityPriority",
      "WatchBookmark",
    ],
  },
  {
    minor: 34,
    flags: { kubelet: ["cloud-config", "register-schedulable"] },
    gates: [
      "DevicePluginCDIDevices",
      "ElasticIndexedJob",
      "LegacySidecarContainers",
      "PodDisruptionConditions",
      "StatefulSetStartOrdinal",
    ],
  },
  {
    minor: 35,
    flags: { kubelet: ["pod-infra-container-image"] },
    gates: [
      "AllowServiceLBStatusOnNonLB",
      "ComponentSLIs",
      "CronJobsScheduledAnnotation",
      "LoadBalancerIPMode",
      "PodIndexLabel",
      "ProbeHostPodSecurityStandards",
      "SizeMemoryBackedVolumes",
      "StatefulSetAutoDeletePVC",
      "StrictCostEnforcementForVAP",
      "StrictCostEnforcementForWebhooks",
      "UserNamespacesPodSecurityStandards",
    ],
  },
  {
    minor: 36,
    gates: [
      "CPUCFSQuotaPeriod",
      "CSIMigrationPortworx",
      "HonorPVReclaimPolicy",
      "InPlacePodVerticalScalingAllocatedStatus",
      "InTreePluginPortworxUnregister",
      "MemoryManager",
      "RuntimeClassInImageCriAPI",
      "ServiceTrafficDistribution",
      "StructuredAuthorizationConfiguration",
      "TopologyAwareHints",
      "WatchFromStorageWithoutResourceVersion",
    ],
  },
  {
    minor: 37,
    flags: { kubelet: CADVISOR },
    gates: [
      "APIServerTracing",
      "AnonymousAuthConfigurableEndpoints",
      "AnyVolumeDataSource",
      "AuthorizeNodeWithSelectors",
      "AuthorizeWithSelectors",
      "BtreeWatchCache",
      "ConsistentListFromCache",
      "GangScheduling",
      "JobBackoffLimitPerIndex",
      "JobPodReplacementPolicy",
      "JobSuccessPolicy",
      "LogarithmicScaleDown",
      "OrderedNamespaceDeletion",
      "PodLifecycleSleepAction",
      "PodLifecycleSleepActionAllowZero",
      "PreventStaticPodAPIReferences",
      "RelaxedDNSSearchValidation",
      "ResilientWatchCacheInitialization",
      "RetryGenerateName",
      "SchedulerQueueingHints",
      "SidecarContainers",
      "StreamingCollectionEncodingToJSON",
      "StreamingCollectionEncodingToProtobuf",
      "StructuredAuthenticationConfiguration",
      "WorkloadAwarePreemption",
    ],
  },
];

/** A setting that somebody has made, and where it stands. */
export interface Setting {
  readonly reader: Reader;
  readonly kind: "flag" | "gate";
  readonly name: string;
  readonly place: string;
}

/** Settings that a minor version, or one before it, does not know any more. */
export const removedSettings = (settings: readonly Setting[], minor: number): readonly string[] =>
  settings.flatMap((setting) => {
    const gone = REMOVED.find((one) => one.minor <= minor && has(one, setting));
    const what = setting.kind === "flag" ? `the flag --${setting.name}` : `the feature gate ${setting.name}`;
    return gone === undefined ? [] : [`${what} in ${setting.place} is gone since 1.${gone.minor}: take it out`];
  });

/** Flags may be written with either sign between their words. */
const has = ({ flags, gates }: Removed, { reader, kind, name }: Setting): boolean =>
  kind === "flag" ? (flags?.[reader] ?? []).includes(name.replaceAll("_", "-")) : (gates ?? []).includes(name);
