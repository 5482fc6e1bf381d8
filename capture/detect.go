package capture

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dci-rs/dci-rs/wire"
)

const bufferSize = 64 << 10

var marker = bytes.Repeat([]byte{0xff}, 16)

// decompress is the file, without the gzip or bzip2 around it.
func decompress(file io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(file, bufferSize)
	front, err := in.Peek(4)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case bytes.HasPrefix(front, []byte{0x1f, 0x8b}):
		plain, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("the file begins like gzip and is not: %w", err)
		}
		return bufio.NewReaderSize(plain, bufferSize), nil
	case bytes.HasPrefix(front, []byte("BZh")):
		return bufio.NewReaderSize(bzip2.NewReader(in), bufferSize), nil
	}
	return in, nil
}

// detect tells the format by the first octets. An empty file is an empty Raw one.
func detect(in *bufio.Reader) (Format, error) {
	front, err := in.Peek(wire.HeaderLen)
	if len(front) == 0 {
		if err == io.EOF {
			return Raw, nil
		}
		return Auto, err
	}
	switch {
	case isPcap(front) || isPcapng(front):
		return Pcap, nil
	case bytes.HasPrefix(front, marker):
		return Raw, nil
	case isMRT(front):
		return MRT, nil
	case isHex(front):
		return Hex, nil
	}
	return Auto, fmt.Errorf("the file begins with %x, which is none of pcap, pcapng, MRT, hexadecimal text, BGP messages: say which it is", front)
}

func isPcap(front []byte) bool {
	if len(front) < 4 {
		return false
	}
	little, big := binary.LittleEndian.Uint32(front), binary.BigEndian.Uint32(front)
	const micro, nano = 0xa1b2c3d4, 0xa1b23c4d
	return little == micro || little == nano || big == micro || big == nano
}

func isPcapng(front []byte) bool { return bytes.HasPrefix(front, []byte{0x0a, 0x0d, 0x0d, 0x0a}) }

// isMRT looks for a type of RFC 6396 §4 with a subtype that is not far from the known ones.
func isMRT(front []byte) bool {
	if len(front) < mrtHeader {
		return false
	}
	switch binary.BigEndian.Uint16(front[4:]) {
	case 11, 12, 13, 16, 17, 32, 33, 48, 49:
		return binary.BigEndian.Uint16(front[6:]) < 32
	}
	return false
}

func isHex(front []byte) bool {
	for _, c := range front {
		if _, digit := hexDigit(c); !digit && !isBlank(c) && c != '\n' {
			return false
		}
	}
	return true
}
