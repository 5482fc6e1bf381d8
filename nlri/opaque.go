package nlri

import "encoding/binary"

// Opaque reports a sound NLRI that the codec does not know: of an unknown type, in a family whose NLRI have a type, or a
// flow specification with an unknown component. It is carried as it came, its whole being its key.
func Opaque(f Family, n NLRI) bool {
	switch layoutOf(f, 0) {
	case evpn:
		return n[0] == 0 || EVPNType(n[0]) > EVPNLeafAD
	case mvpn:
		return !knownMVPN(n)
	case mup:
		return !knownMUP(n)
	case vpls:
		return len(n) != vplsBlockLen && len(n) != vplsADLen
	case linkState, linkStateVPN:
		return !LinkStateType(binary.BigEndian.Uint16(n)).known()
	case flowSpec, flowSpecVPN:
		return opaqueFlowSpec(f, n)
	}
	return false
}
