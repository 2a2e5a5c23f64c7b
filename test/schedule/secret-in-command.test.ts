import { expect, test } from "vitest";
import { secretInCommand } from "../../runner/cli/schedule/secret-in-command.ts";

test.each([
  ["PGPASSWORD=hunter2 psql -c 'select 1'", "PGPASSWORD=***"],
  ["backup --password hunter2", "--password ***"],
  ["backup --api-key=hunter2 --all", "--api-key=***"],
  ["curl -H 'X-Auth-Token: hunter2' http://localhost", "X-Auth-Token: ***"],
  ["curl -H 'Authorization: Bearer hunter2' http://localhost", "Authorization: Bearer***"],
  ["curl -u admin:hunter2 http://localhost", "-u admin:***"],
  ["curl https://admin:hunter2@registry.example/v2/", "https://admin:***"],
  ["sshpass -p hunter2 ssh db", "sshpass -p***"],
  ["export SECRET='hunter2 and more'; run", "SECRET=***"],
  ["mysql -phunter2 -e 'show databases'", "-p***"],
  ["mysqldump --single-transaction -uapp -phunter2 app | gzip > app.gz", "-p***"],
  ["mariadb-dump -u app -p'hunter2' app", "-p***"],
  ["redis-cli -h cache -a hunter2 ping", "-a***"],
  ["MYSQL_PWD=hunter2 mysqladmin status", "MYSQL_PWD=***"],
  ["backup --age-token hunter2", "--age-token ***"],
])("%s has a secret in it", (command, piece) => {
  expect(secretInCommand(command)).toBe(piece);
});

test.each([
  "cat /etc/passwd",
  "systemctl restart token-service",
  'PGPASSWORD="$(cat /etc/app/password)" psql',
  "PGPASSWORD=$DB_PASSWORD psql",
  "backup --password-file /etc/app/password --token-ttl=5m",
  "backup --password @/etc/app/password",
  "curl http://localhost:8080/health",
  "kubectl get secret app -n web",
  "kubectl delete secret app",
  "openssl passwd -6",
  "passwd --lock guest",
  "grep -r password /etc/app",
  "rsync -a /srv/ backup:/srv/",
  "date -u +%H:%M:%S",
  "docker run --user 1000:1000 app",
  "docker run --name mysql -p3306:3306 db",
  "docker login --password-stdin registry",
  "pg_dump --no-password app",
  "gpg --passphrase-fd 0 --decrypt backup.gpg",
  "backup --max-token-age 30d",
  "mysql -p app",
  'mysqldump -p"$(cat /etc/app/password)" app',
  "mysql -P 3306 --protocol=tcp app; mkdir -parents",
  'redis-cli -a "$REDIS_PASSWORD" ping',
  "redis-cli ping && ls -a backup",
])("%s has none", (command) => {
  expect(secretInCommand(command)).toBeUndefined();
});
