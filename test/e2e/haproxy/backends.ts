/** A CA, and one certificate for the name that every apiserver's has; printed as CA, certificate, key. */
export const certificateScript = `
set -e; cd "$(mktemp -d)"
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj /CN=apiserver 2>/dev/null
printf 'subjectAltName=DNS:kubernetes' >san
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out tls.pem 2>/dev/null
for f in ca.pem tls.pem tls.key; do cat "$f"; echo ====; done`;

/** nginx that answers its host's name in clear on 8080 and, like an apiserver, over TLS on 6443; files in /srv say how /readyz fares. */
export const backendScript = (name: string, certificate: string, key: string): string => `
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get install -y nginx-light >/dev/null 2>&1
cat >/etc/nginx/tls.pem <<'END'
${certificate}
END
cat >/etc/nginx/tls.key <<'END'
${key}
END
cat >/etc/nginx/nginx.conf <<'END'
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 1000000;
  keepalive_timeout 1h;
  server { listen 8080; location / { return 200 "${name}\\n"; } }
  server {
    listen 6443 ssl;
    ssl_certificate /etc/nginx/tls.pem;
    ssl_certificate_key /etc/nginx/tls.key;
    location = /readyz {
      if (-f /srv/broken) { return 500; }
      if (-f /srv/anonymous-is-refused) { return 401; }
      return 200 "ok";
    }
    location / { return 200 "${name}\\n"; }
  }
}
END
systemctl restart nginx`;
