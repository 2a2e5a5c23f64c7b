/** The workload as an Ansible playbook, one task for each thing; JSON, which is YAML too. */
export declare const ansiblePlaybook: () => string;
