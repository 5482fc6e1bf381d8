package oracle

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Open is an OPEN taken apart. It borrows.
type Open struct {
	ASN          uint16 // My Autonomous System
	HoldTime     uint16
	ID           [4]byte
	Capabilities []Capability
}

// Capability is one capability of an OPEN. It borrows.
type Capability struct {
	Code  byte
	Value []byte
}

// OpenBody takes the body of an OPEN apart, in either form of its optional parameters (RFC 5492 §4,
// RFC 9072 §2), and refuses what its sender must not have written so.
func OpenBody(body []byte) (Open, error) {
	var o Open
	if len(body) < 10 {
		return o, fmt.Errorf("OPEN of %d octets", len(body))
	}
	if body[0] != 4 {
		return o, fmt.Errorf("version %d", body[0])
	}
	o.ASN, o.HoldTime, o.ID = binary.BigEndian.Uint16(body[1:]), binary.BigEndian.Uint16(body[3:]), [4]byte(body[5:9])
	if o.ASN == 0 || o.HoldTime == 1 || o.HoldTime == 2 || o.ID == [4]byte{} {
		return o, fmt.Errorf("AS %d, hold time %d, identifier %x", o.ASN, o.HoldTime, o.ID)
	}
	length, parameters, lengthSize := int(body[9]), body[10:], 1
	if len(parameters) > 0 && parameters[0] == 255 {
		if len(parameters) < 3 || length == 0 {
			return o, errors.New("the extended length of the optional parameters is not whole")
		}
		length, parameters, lengthSize = bigEndian(parameters[1:3]), parameters[3:], 2
	}
	if length != len(parameters) {
		return o, fmt.Errorf("optional parameters of %d octets, %d are there", length, len(parameters))
	}
	err := eachTLV(parameters, 1, lengthSize, func(kind int, value []byte) error {
		if kind != 2 {
			return errors.New("no capabilities")
		}
		return eachTLV(value, 1, 1, func(code int, value []byte) error {
			o.Capabilities = append(o.Capabilities, Capability{byte(code), value})
			return nil
		})
	})
	return o, err
}
