package fuzz

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dci-rs/dci-rs/render"
	"github.com/dci-rs/dci-rs/wire"
)

// Attribute puts one attribute into a sound UPDATE and asks of it what Update asks of any: an octet
// says what the session agreed on, an octet is the code, an octet the flags, the rest is the value.
func Attribute(in []byte) error {
	r := reader(in)
	bits, code, flags := r.octet(), wire.AttrCode(r.octet()), wire.AttrFlags(r.octet())
	if len(r) > 60000 {
		return nil
	}
	raw := wire.AppendAttr(nil, flags, code, r)
	if text := render.AppendAttrsJSON(nil, raw, bits&twoOctetAS == 0); !json.Valid(text) {
		return fmt.Errorf("%x has the JSON %s", raw, text)
	}
	return Update(withAttribute(bits, raw))
}

// withAttribute is an input of Update: a sound IPv4 route with one attribute in its place.
func withAttribute(bits byte, raw []byte) []byte {
	list := slices.DeleteFunc(mandatory(bits), func(a []byte) bool { return a[1] == raw[1] })
	at := slices.IndexFunc(list, func(a []byte) bool { return a[1] > raw[1] })
	if at < 0 {
		at = len(list)
	}
	attrs := slices.Concat(slices.Insert(list, at, raw)...)
	in := append([]byte{bits, 0, 0, byte(len(attrs) >> 8), byte(len(attrs))}, attrs...)
	if bits&addPath != 0 {
		in = append(in, 0, 0, 0, 1)
	}
	return append(in, 24, 198, 51, 100)
}

// mandatory are the attributes that every IPv4 route of a session has, in the order of their codes.
func mandatory(bits byte) [][]byte {
	path := []byte{0x40, 2, 0}
	if bits&external != 0 {
		path = []byte{0x40, 2, 6, 2, 1, 0, 0, theirAS >> 8, theirAS & 0xff}
		if bits&twoOctetAS != 0 {
			path = []byte{0x40, 2, 4, 2, 1, theirAS >> 8, theirAS & 0xff}
		}
	}
	return [][]byte{{0x40, 1, 1, 0}, path, {0x40, 3, 4, 192, 0, 2, 1}, {0x40, 5, 4, 0, 0, 0, 100}}
}
