package nlri

// The functions below count the NLRI of a field, each behind skip octets of Path Identifier, and return where the first
// one is that is not whole: the end of the field if all are. They do the same; those for prefixes and EVPN, which fill most
// tables, do it without a call for each length.

func (l *List) count(skip int) int {
	b, at := l.octets, 0
	sound, malformed := uint32(0), uint32(0)
	for at < len(b) {
		start := at + skip
		if start > len(b) {
			break
		}
		end := start + l.layout.size(b[start:])
		if end > len(b) {
			break
		}
		if l.layout.check(l.family, l.form, NLRI(b[start:end])).wrong() {
			malformed++
		} else {
			sound++
		}
		at = end
	}
	l.sound, l.malformed = sound, malformed
	return at
}

// countPrefixes looks closer only where the length is not plain.
func (l *List) countPrefixes(skip int) int {
	b, at := l.octets, 0
	least, span := l.layout.plainBits(l.family, l.form)
	sound, malformed := uint32(0), uint32(0)
	for at < len(b) {
		start := at + skip
		if start >= len(b) {
			break
		}
		bits := uint(b[start])
		end := start + 1 + int(bits+7)/8
		if end > len(b) {
			break
		}
		if bits-least > span && l.layout.check(l.family, l.form, NLRI(b[start:end])).wrong() {
			malformed++
		} else {
			sound++
		}
		at = end
	}
	l.sound, l.malformed = sound, malformed
	return at
}

// plainBits returns the lengths in bits, from least to least+span, with which a prefix is sound whatever its octets are;
// none where a label stack ends wherever its S bit says.
func (l layout) plainBits(f Family, form Form) (least, span uint) {
	span = uint(f.addressBits())
	switch {
	case l == prefix:
		return 0, span
	case form&(LabelStack|Withdraw) == LabelStack:
		return 256, 0
	case l == labeledPrefix:
		return 24, span
	}
	return 24 + 64, span
}

func (l *List) countEVPN(skip int) int {
	b, at := l.octets, 0
	sound, malformed := uint32(0), uint32(0)
	for at < len(b) {
		start := at + skip
		if start+1 >= len(b) {
			break
		}
		end := start + 2 + int(b[start+1])
		if end > len(b) {
			break
		}
		if checkEVPN(NLRI(b[start:end])).wrong() {
			malformed++
		} else {
			sound++
		}
		at = end
	}
	l.sound, l.malformed = sound, malformed
	return at
}
