import { describe, expect, test } from "vitest";
import { refusedAddress } from "./webhook-address";

const OWN = ["https://stats.example.org", "http://127.0.0.1:8787"];

const REFUSED = [
  // Loopback in every spelling.
  "http://127.0.0.1/",
  "http://127.0.0.1:8080/hook",
  "https://127.1/",
  "https://127.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://00000177.0.0.1/",
  "https://127.255.255.254/",
  "https://１２７.０.０.１/",
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://127.0.0.1./",
  "https://%31%32%37.0.0.1/",
  "http://localhost/",
  "http://LOCALHOST:3000/",
  "http://localhost./",
  "http://localhost../",
  "http://hooks.localhost/",
  "http://localhost.localdomain/",
  "http://ｌocalhost/",
  "http://0/",
  "http://0.0.0.0/",
  "http://0.1.2.3/",
  "http://[::]/",
  "http://[::1]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[0000:0000::0001]/",
  // Private networks.
  "http://10.0.0.1/",
  "http://10.255.255.255/",
  "http://0xa000001/",
  "http://167772161/",
  "http://012.0.0.1/",
  "http://172.16.0.1/",
  "http://172.31.255.255/",
  "http://192.168.0.1/",
  "http://192.168.257/",
  "http://3232235777/",
  "http://100.64.0.1/",
  "http://100.127.255.255/",
  "http://[fc00::1]/",
  "http://[fd12:3456:789a::1]/",
  // Link-local, with the metadata services of clouds.
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/",
  "http://0xa9fea9fe/",
  "http://0251.0376.0251.0376/",
  "http://[fe80::1]/",
  "http://[fe80::1%25eth0]/",
  "http://[febf::1]/",
  "http://[fec0::1]/",
  "http://[fd00:ec2::254]/",
  "http://metadata.google.internal/",
  "http://instance-data.ec2.internal/",
  // IPv4 inside IPv6.
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[::ffff:10.0.0.1]/",
  "http://[::ffff:8.8.8.8]/",
  "http://[::127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[64:ff9b:1::a00:1]/",
  "http://[2002:7f00:1::]/",
  "http://[2001:0:7f00:1::]/",
  // Multicast, reserved, documentation, benchmarking.
  "http://224.0.0.1/",
  "http://239.255.255.250/",
  "http://240.0.0.1/",
  "http://255.255.255.255/",
  "http://[ff02::1]/",
  "http://192.0.2.1/",
  "http://198.51.100.7/",
  "http://203.0.113.9/",
  "http://198.18.0.1/",
  "http://192.0.0.8/",
  "http://192.88.99.1/",
  "http://[100::1]/",
  "http://[2001:db8::1]/",
  "http://[3fff::1]/",
  "http://[4000::1]/",
  // Names of local networks.
  "http://intranet/",
  "http://router/",
  "http://printer.local/",
  "http://printer.local./",
  "http://db.internal/",
  "http://nas.lan/",
  "http://nas.home/",
  "http://nas.home.arpa/",
  "http://mail.corp/",
  "http://1.0.0.127.in-addr.arpa/",
  "http://abc.onion/",
  // Itself.
  "https://stats.example.org/api/events",
  "https://STATS.example.org:8443/",
  "https://stats.example.org./",
  // Not what a webhook is.
  "ftp://example.org/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
  "gopher://example.org/",
  "https://ann:secret@example.org/",
  "https://ann@example.org/",
  "https://127.0.0.1\\@example.org/",
  "//example.org/",
  "example.org",
  "https://",
  "https://exa mple.org/",
  "https://256.1.1.1/",
  "https://1.2.3.4.5/",
  "http://[::1/",
  "",
];

const TAKEN = [
  "https://hooks.example.com/services/T0/B0/x",
  "http://example.com/",
  "https://example.com:8443/a?b=c#d",
  "https://8.8.8.8/",
  "https://134744072/",
  "https://172.32.0.1/",
  "https://172.15.255.255/",
  "https://100.63.255.255/",
  "https://100.128.0.1/",
  "https://11.0.0.1/",
  "https://192.167.255.255/",
  "https://169.253.255.255/",
  "https://223.255.255.255/",
  "https://[2606:4700:4700::1111]/",
  "https://[2a00:1450:4001:80b::200e]/",
  "https://münchen.example.com/",
  "https://localhost.example.com/",
  "https://internal.example.com/",
  "https://local.example/",
  "https://other.stats.example.org/",
];

describe("ALERT 7: a webhook goes to the public internet alone", () => {
  test("the table is long enough to mean something", () => {
    expect(new Set(REFUSED).size).toBe(REFUSED.length);
    expect(REFUSED.length).toBeGreaterThan(60);
  });

  test.each(REFUSED)("%s is refused", (url) => {
    expect(refusedAddress(url, OWN)).toEqual(expect.any(String));
  });

  test.each(TAKEN)("%s is taken", (url) => {
    expect(refusedAddress(url, OWN)).toBeNull();
  });
});
