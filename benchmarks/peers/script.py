#!/usr/bin/env python3
"""What an engineer writes in an afternoon: failed requests by cause, host and port.

Steps carry a Txn-id, WARNINGs do not. A WARNING is kept under its address; the request that ends with 502 takes the
youngest one since its last Sending Request. Prints one row for each cause, host and port. With --prefilter a line is
looked at only if it holds a text that matters.
"""
import re
import sys
from collections import Counter, defaultdict

HEAD = re.compile(r"^(\S+) (\S+) ([\w-]+)(?:\[(\d+)\])?: (.*)$")
PAIR = re.compile(r'([A-Za-z-]+)="([^"]*)"')
CHAIN = re.compile(r"verification failed for \([^)]*\)\. Action=Terminate Error=(.+?) server=([^(]*)\(([^)]*)\)")
NAME = re.compile(r"SNI \([^)]*\) not in certificate\. Action=Terminate server=([^(]*)\(([^)]*)\)")
CAUSES = {
    "self signed certificate": "self-signed",
    "self signed certificate in certificate chain": "unknown-ca",
    "certificate has expired": "expired",
}

prefilter = "--prefilter" in sys.argv
sent = {}
warned = defaultdict(list)
failed = Counter()
with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
    for number, line in enumerate(log):
        if prefilter and "WARNING: " not in line and "Txn-id=" not in line:
            continue
        head = HEAD.match(line)
        if head is None or head.group(3) != "traffic_server":
            continue
        body = head.group(5)
        if found := CHAIN.search(body):
            error, host, address = found.groups()
            warned[address].append((number, CAUSES.get(error, error), host))
            continue
        if found := NAME.search(body):
            host, address = found.groups()
            warned[address].append((number, "name", host))
            continue
        pairs = dict(PAIR.findall(body))
        txn, detail = pairs.get("Txn-id"), pairs.get("Detail")
        if detail == "Sending Request":
            sent[txn] = (number, pairs["Dst-ip"], pairs["Dst-port"])
        elif detail == "Sending Response" and pairs.get("Msg"):
            request = sent.pop(txn, None)
            if request is None or " 502 " not in pairs["Msg"]:
                continue
            start, address, port = request
            waiting = warned[address]
            for at in range(len(waiting) - 1, -1, -1):
                if waiting[at][0] < start:
                    break
                _, cause, host = waiting.pop(at)
                failed[cause, host, port] += 1
                break
for (cause, host, port), count in sorted(failed.items()):
    print(cause, host, port, count, sep="\t")
