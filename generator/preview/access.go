package preview

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// guard decides which requests are answered at all.
//
// A page elsewhere must not read the plan. It could try in two ways. It could
// point a name of its own at this machine and ask by that name, which is called
// DNS rebinding; then the Host is a name that we do not know. Or it could ask
// by our own name; then the browser says where the request comes from.
type guard struct {
	names []string // that the preview may be asked by, besides localhost
	open  bool     // it may be asked by every address of this machine, besides loopback
}

// newGuard returns the guard of a server bound to a host name or an address,
// which answers for the further names too.
func newGuard(bind string, names []string) guard {
	var g guard
	for _, name := range append(slices.Clone(names), bind) {
		if name = hostOf(name); name != "" {
			g.names = append(g.names, name)
		}
	}
	if a, err := netip.ParseAddr(strings.Trim(bind, "[]")); err == nil && a.IsUnspecified() {
		g.open = true
	}
	return g
}

// machineAddresses returns the addresses that this machine has now: networks
// come and go. If the system does not tell, there are none.
func machineAddresses() []netip.Addr {
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var addrs []netip.Addr
	for _, i := range interfaces {
		if ipnet, ok := i.(*net.IPNet); ok {
			if a, ok := netip.AddrFromSlice(ipnet.IP); ok {
				addrs = append(addrs, a.Unmap())
			}
		}
	}
	return addrs
}

// knows reports whether a Host header names this preview: localhost, a name
// below it, a loopback address, what the server is bound to, an address of the
// machine if it is bound to all, or a name that the author allows.
func (g guard) knows(hostport string) bool {
	host := hostOf(hostport)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host != "" && slices.Contains(g.names, host) {
		return true
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	return a.IsLoopback() || g.open && slices.Contains(machineAddresses(), a)
}

// hostOf returns the host of a Host header, without port and brackets, in small
// letters.
func hostOf(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// foreign reports whether another site asks. Its pages may lead here, as any
// link does, but may not read anything.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // an old browser or no browser, our own page, the address bar
	default:
		to := r.Header.Get("Sec-Fetch-Dest")
		opened := r.Header.Get("Sec-Fetch-Mode") == "navigate" && (to == "document" || to == "iframe")
		if !opened || strings.HasPrefix(r.URL.Path, ownPath) {
			return true
		}
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}
