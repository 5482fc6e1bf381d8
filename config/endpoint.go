package config

import (
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"
)

// listen reads the addresses BGP connections are accepted at. An empty list means none.
func (d *decoder) listen(v *yaml.Node) []netip.AddrPort {
	list := []netip.AddrPort{}
	for _, item := range d.items(v, `a list such as ["0.0.0.0:179", "[::]:179"]`) {
		a := d.addressPort(item, "ADDRESS:PORT such as 0.0.0.0:179 or [::]:179")
		switch {
		case !a.IsValid():
		case a.Port() != 0 && slices.Contains(list, a):
			d.errorf(item, "%s: %s stands twice, keep one", d.key, a)
		default:
			list = append(list, a)
		}
	}
	return list
}

// control reads the path of the control socket. Empty turns it off.
func (d *decoder) control(v *yaml.Node) string {
	const most = 107 // octets of sun_path before its closing zero, unix(7)
	path, ok := d.text(v, `a path such as /run/dci-rs/control.sock, or "" for none`)
	if ok && len(path) > most {
		d.errorf(v, "%s: %d octets, a socket's path has at most %d", d.key, len(path), most)
	}
	return path
}

// api reads where the HTTP interface listens. Empty turns it off.
func (d *decoder) api(v *yaml.Node) string {
	if v.Kind == yaml.ScalarNode && !null(v) && v.Value == "" {
		return ""
	}
	a := d.addressPort(v, `ADDRESS:PORT such as 127.0.0.1:8179, or "" for none`)
	if !a.IsValid() {
		return ""
	}
	if !a.Addr().IsLoopback() {
		d.warnf(v, "%s: whoever reaches %s can read every route, a loopback address is safer", d.key, a)
	}
	return a.String()
}
