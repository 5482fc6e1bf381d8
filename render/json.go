package render

import (
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendComma separates a member or element from the one before it. JSON itself remembers whether
// there is one: a string that ends in a bracket ends in a quotation mark after it.
func appendComma(dst []byte) []byte {
	if n := len(dst); n > 0 && dst[n-1] != '{' && dst[n-1] != '[' {
		dst = append(dst, ',')
	}
	return dst
}

// appendName begins a member of an object. name needs no escape.
func appendName(dst []byte, name string) []byte {
	dst = append(appendComma(dst), '"')
	dst = append(dst, name...)
	return append(dst, '"', ':')
}

func appendUintMember(dst []byte, name string, v uint64) []byte {
	return strconv.AppendUint(appendName(dst, name), v, 10)
}

func appendHexMember(dst []byte, name string, v []byte) []byte {
	dst = append(appendName(dst, name), '"')
	return append(appendHex(dst, v), '"')
}

func appendHex(dst, v []byte) []byte {
	for _, b := range v {
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

// appendString writes s as a JSON string. Control characters become escapes, octets that are not
// UTF-8 the replacement character.
func appendString[T []byte | string](dst []byte, s T) []byte {
	return append(appendEscaped(append(dst, '"'), s), '"')
}

// appendEscaped writes s so that it can stand in a JSON string and on a terminal: without quotation
// marks, control characters (C1 and DEL among them) or octets that are not UTF-8.
func appendEscaped[T []byte | string](dst []byte, s T) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				dst = append(dst, '\\', c)
			case c < ' ' || c == 0x7f:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				dst = append(dst, c)
			}
			continue
		}
		r, size := decodeRune(s[i:])
		i += size
		switch {
		case r < 0xa0: // C1
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		case bidirectional(r):
			dst = append(dst, '\\', 'u', '2', '0', hexDigits[r>>4&15], hexDigits[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// bidirectional tells the invisible characters that reorder a line of text or break it.
func bidirectional(r rune) bool {
	return r >= 0x200e && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func decodeRune[T []byte | string](s T) (rune, int) {
	var buf [utf8.UTFMax]byte
	return utf8.DecodeRune(buf[:copy(buf[:], s)])
}
