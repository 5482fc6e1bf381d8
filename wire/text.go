package wire

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// TextError says which word of a text is wrong, and what would be right.
type TextError struct {
	What string // that the text should be
	Text string
	Word string
	Want string
}

func (e *TextError) Error() string {
	return fmt.Sprintf("%s %q: %q is not %s", e.What, e.Text, e.Word, e.Want)
}

// textParser reads words joined by colons. It stops at the first one that is wrong.
type textParser struct {
	what, text string
	rest       string
	more       bool // a colon came before rest, or nothing was read yet
	err        error
}

func newTextParser(what, text string) textParser {
	return textParser{what: what, text: text, rest: text, more: true}
}

func (p *textParser) fail(word, want string) {
	if p.err == nil {
		p.err = &TextError{p.what, p.text, word, want}
	}
}

// word is the next word, "" behind the last one.
func (p *textParser) word() string {
	word := p.rest
	word, p.rest, p.more = strings.Cut(word, ":")
	return word
}

// tail is everything that is left.
func (p *textParser) tail() string {
	tail := p.rest
	p.rest, p.more = "", false
	return tail
}

// uint reads a decimal number up to most.
func (p *textParser) uint(most uint64) uint64 {
	word := p.word()
	v, err := strconv.ParseUint(word, 10, 64)
	if err != nil || v > most {
		p.fail(word, fmt.Sprintf("a number up to %d", most))
		return 0
	}
	return v
}

// hex reads 0x and digits of so many octets.
func (p *textParser) hex(octets int) uint64 {
	word := p.word()
	digits, ok := strings.CutPrefix(word, "0x")
	v, err := strconv.ParseUint(digits, 16, 8*octets)
	if !ok || err != nil || len(digits) != 2*octets {
		p.fail(word, fmt.Sprintf("0x and %d hexadecimal digits", 2*octets))
	}
	return v
}

// oneOf reads one of the words and returns which.
func (p *textParser) oneOf(words ...string) int {
	word := p.word()
	for i, each := range words {
		if word == each {
			return i
		}
	}
	p.fail(word, strings.Join(words, " or "))
	return 0
}

// float reads a number of 4 octets.
func (p *textParser) float() float32 {
	word := p.word()
	v, err := strconv.ParseFloat(word, 32)
	if err != nil {
		p.fail(word, "a number such as 1.25e9")
	}
	return float32(v)
}

// end is the error of the text, which ends here.
func (p *textParser) end() error {
	if p.more {
		p.fail(p.rest, "expected here: the text should end")
	}
	return p.err
}

// AppendFloat appends the shortest decimal that reads back as f, its exponent without sign or leading
// zero where it is positive: 1.25e9.
func AppendFloat(dst []byte, f float32) []byte {
	start := len(dst)
	dst = strconv.AppendFloat(dst, float64(f), 'g', -1, 32)
	for i := start; i+3 < len(dst); i++ {
		if dst[i] == 'e' && dst[i+1] == '+' {
			digits := i + 2
			if dst[digits] == '0' {
				digits++
			}
			return append(dst[:i+1], dst[digits:]...)
		}
	}
	return dst
}

// appendNumbers appends numbers joined by colons.
func appendNumbers(dst []byte, numbers ...uint64) []byte {
	for i, v := range numbers {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, v, 10)
	}
	return dst
}

// appendHexNumber appends 0x and two digits for each octet.
func appendHexNumber(dst []byte, octets []byte) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, "0x"...)
	for _, o := range octets {
		dst = append(dst, digits[o>>4], digits[o&15])
	}
	return dst
}

func float32At(b []byte) float32 {
	return math.Float32frombits(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
}
