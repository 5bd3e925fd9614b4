#!/usr/bin/env python3
"""The same with searchkit, the search engine of hotsos: expressions find the lines, and the results are joined here."""
import sys
from collections import Counter

from searchkit import FileSearcher, SearchDef

CHAIN = r".+ WARNING: Core server certificate verification failed for \([^)]*\)\. Action=Terminate Error=(.+?) server=([^(]*)\(([^)]*)\)"
NAME = r".+ WARNING: SNI \([^)]*\) not in certificate\. Action=Terminate server=([^(]*)\(([^)]*)\)"
SENT = r'.+ Detail="Sending Request" Txn-id="(\d+)" .*Dst-ip="([^"]+)" Dst-port="(\d+)" Msg='
FAILED = r'.+ Detail="Sending Response" Txn-id="(\d+)" .*Msg="HTTP/1.1 502 '
CAUSES = {
    "self signed certificate": "self-signed",
    "self signed certificate in certificate chain": "unknown-ca",
    "certificate has expired": "expired",
}


def main():
    log = sys.argv[1]
    search = FileSearcher(max_parallel_tasks=2)
    search.add(SearchDef(CHAIN, tag="chain", hint="WARNING: Core"), log)
    search.add(SearchDef(NAME, tag="name", hint="WARNING: SNI"), log)
    search.add(SearchDef(SENT, tag="sent", hint="Sending Request"), log)
    search.add(SearchDef(FAILED, tag="failed", hint="502 "), log)
    results = search.run()
    events = []
    for tag in ("chain", "name", "sent", "failed"):
        events += [(result.linenumber, tag, result) for result in results.find_by_tag(tag)]
    sent, warned, failed = {}, {}, Counter()
    for number, tag, result in sorted(events, key=lambda event: event[0]):
        if tag == "sent":
            sent[result.get(1)] = (number, result.get(2), result.get(3))
        elif tag == "chain":
            cause = CAUSES.get(result.get(1), result.get(1))
            warned.setdefault(result.get(3), []).append((number, cause, result.get(2)))
        elif tag == "name":
            warned.setdefault(result.get(2), []).append((number, "name", result.get(1)))
        elif result.get(1) in sent:
            start, address, port = sent.pop(result.get(1))
            waiting = warned.get(address, [])
            if waiting and waiting[-1][0] > start:
                _, cause, host = waiting.pop()
                failed[cause, host, port] += 1
    for (cause, host, port), count in sorted(failed.items()):
        print(cause, host, port, count, sep="\t")


if __name__ == "__main__":
    main()
