;CREATE TABLE sent AS SELECT txn, max(log_line) AS line, ip, port FROM expressway_log WHERE detail = 'Sending Request' GROUP BY txn
;CREATE TABLE failed AS SELECT txn, log_line AS line FROM expressway_log WHERE detail = 'Sending Response' AND log_body LIKE '%HTTP/1.1 502%'
;CREATE TABLE warned AS SELECT log_line AS line, error, server, ip FROM expressway_log WHERE error IS NOT NULL
;CREATE INDEX sent_of ON sent (txn)
;CREATE INDEX warned_at ON warned (ip, line)
;CREATE TABLE joined AS SELECT s.port AS port, (SELECT w.rowid FROM warned w WHERE w.ip = s.ip AND w.line BETWEEN s.line AND f.line ORDER BY w.line DESC LIMIT 1) AS warning FROM failed f JOIN sent s ON s.txn = f.txn
;SELECT CASE w.error WHEN 'self signed certificate' THEN 'self-signed' WHEN 'self signed certificate in certificate chain' THEN 'unknown-ca' WHEN 'certificate has expired' THEN 'expired' ELSE 'name' END AS cause, w.server AS server, j.port AS port, count(*) AS requests FROM joined j JOIN warned w ON w.rowid = j.warning GROUP BY 1, 2, 3
:write-csv-to -
