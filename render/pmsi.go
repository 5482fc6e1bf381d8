package render

import (
	"encoding/binary"

	"github.com/dci-rs/dci-rs/wire"
)

// appendPMSI writes a PMSI tunnel (RFC 6514 §5): type, flags, label, and what the tunnel identifier of the
// type says; one that cannot be read, and that of any other type, as hexadecimal digits.
func appendPMSI(dst []byte, p wire.PMSITunnel, vni bool) []byte {
	dst = append(appendName(append(dst, '{'), "type"), '"')
	dst = append(p.Type().AppendText(dst), '"')
	dst = appendUintMember(dst, "flags", uint64(p.Flags()))
	dst = appendUintMember(dst, "label", uint64(fieldValue(p.Label(), vni)))
	return append(appendTunnelIdentifier(dst, p), '}')
}

func appendTunnelIdentifier(dst []byte, p wire.PMSITunnel) []byte {
	id := p.Identifier()
	if a := p.Endpoint(); a.IsValid() {
		return appendAddr(dst, "tunnel", a)
	}
	if sender, group := p.Tree(); sender.IsValid() {
		return appendAddr(appendAddr(dst, "sender", sender), "group", group)
	}
	if root, opaque := p.FEC(); root.IsValid() {
		return appendHexMember(appendAddr(dst, "root", root), "opaque", opaque)
	}
	switch kind := p.Type(); {
	case len(id) == 0:
		return dst
	case kind == wire.PMSIRSVPTE && len(id) >= 12: // RFC 4875 §19.1; an extended tunnel ID is an address
		end := len(id) - 8
		dst = appendAddressMember(dst, "extended-tunnel-id", id[:end])
		dst = appendUintMember(dst, "tunnel-id", uint64(binary.BigEndian.Uint16(id[end+2:])))
		return appendUintMember(dst, "p2mp-id", uint64(binary.BigEndian.Uint32(id[end+4:])))
	case kind == wire.PMSIBIER && len(id) >= 7: // RFC 8556 §2
		dst = appendUintMember(dst, "sub-domain", uint64(id[0]))
		dst = appendUintMember(dst, "bfr-id", uint64(binary.BigEndian.Uint16(id[1:])))
		return appendAddressMember(dst, "bfr-prefix", id[3:])
	}
	return append(appendHex(append(appendName(dst, "tunnel"), `"0x`...), id), '"')
}
