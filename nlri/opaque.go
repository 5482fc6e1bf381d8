package nlri

import "encoding/binary"

// Opaque reports a sound NLRI whose type the codec does not know, in a family whose NLRI have a type: carried as it
// came, its whole being its key.
func Opaque(f Family, n NLRI) bool {
	switch layoutOf(f, 0) {
	case evpn:
		return n[0] == 0 || EVPNType(n[0]) > EVPNLeaveSynch
	case mvpn:
		return n[0] == 0 || n[0] > 7
	case mup:
		kind := binary.BigEndian.Uint16(n[1:])
		return n[0] != 1 || kind == 0 || kind > 4
	case vpls:
		return len(n) != vplsBlockLen && len(n) != vplsADLen
	case linkState, linkStateVPN:
		return !LinkStateType(binary.BigEndian.Uint16(n)).known()
	}
	return false
}
