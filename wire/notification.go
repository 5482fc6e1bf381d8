package wire

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Notification is a NOTIFICATION (RFC 4271 §4.5). It owns its memory.
type Notification struct {
	Code    ErrorCode
	Subcode uint8
	Data    []byte
}

// ParseNotification reads the body: code, subcode, data to the end.
func ParseNotification(body []byte) (Notification, *Error) {
	if len(body) < 2 {
		// RFC 4271 §6: there is no answer to a NOTIFICATION; the session ends.
		return Notification{}, &Error{Code: ErrHeader, Subcode: BadMessageLength, Action: ActionResetSession, Offset: len(body),
			Reason: fmt.Sprintf("notification of %d octets, want at least 2", len(body))}
	}
	return Notification{ErrorCode(body[0]), body[1], append([]byte(nil), body[2:]...)}, nil
}

// AppendNotification appends a NOTIFICATION. Data that does not fit into MaxMessage is cut.
func AppendNotification(dst []byte, code ErrorCode, subcode uint8, data []byte) []byte {
	start := len(dst)
	dst = append(appendHeader(dst, TypeNotification), byte(code), subcode)
	return endMessage(append(dst, data[:min(len(data), MaxMessage-HeaderLen-2)]...), start)
}

// AppendShutdownText appends the data of a Cease with subcode AdministrativeShutdown or
// AdministrativeReset: text in UTF-8 behind its length of one octet (RFC 9003 §2), cut to 255 octets.
func AppendShutdownText(dst []byte, text string) []byte {
	return appendText(dst, strings.ToValidUTF8(text, "\uFFFD"), 255)
}

// ShutdownText is the text of an administrative shutdown or reset, at most 255 octets, with
// everything that cannot be printed replaced; "" if there is none. Text that RFC 9003 §2 does not
// allow comes as hexadecimal digits behind 0x.
func (n Notification) ShutdownText() string {
	if n.Code != ErrCease || n.Subcode != AdministrativeShutdown && n.Subcode != AdministrativeReset || len(n.Data) == 0 {
		return ""
	}
	text, _, ok := cutText(n.Data)
	if !ok || !utf8.ValidString(text) {
		return fmt.Sprintf("0x%x", n.Data[:min(len(n.Data), 255)])
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// AppendText appends code and subcode by name, and the shutdown text if there is one.
func (n Notification) AppendText(dst []byte) []byte {
	dst = appendNotificationName(dst, n.Code, n.Subcode)
	if text := n.ShutdownText(); text != "" {
		dst = append(append(dst, ": "...), text...)
	}
	return dst
}

func (n Notification) String() string { return string(n.AppendText(nil)) }

// notificationNames has the name of each code at 0, of its subcodes behind it.
var notificationNames = [...][]string{
	ErrHeader:       {"message header error", "connection not synchronized", "bad message length", "bad message type"},
	ErrOpen:         {"OPEN message error", "unsupported version", "bad peer AS", "bad BGP identifier", "unsupported optional parameter", "authentication failure", "unacceptable hold time", "unsupported capability", 11: "role mismatch"},
	ErrUpdate:       {"UPDATE message error", "malformed attribute list", "unrecognized well-known attribute", "missing well-known attribute", "attribute flags error", "attribute length error", "invalid ORIGIN", "AS routing loop", "invalid NEXT_HOP", "optional attribute error", "invalid network field", "malformed AS_PATH"},
	ErrHoldTimer:    {"hold timer expired"},
	ErrFSM:          {"finite state machine error", "unexpected message in OpenSent", "unexpected message in OpenConfirm", "unexpected message in Established"},
	ErrCease:        {"cease", "maximum number of prefixes reached", "administrative shutdown", "peer de-configured", "administrative reset", "connection rejected", "other configuration change", "connection collision resolution", "out of resources", "hard reset", "BFD down"},
	ErrRouteRefresh: {"ROUTE-REFRESH message error", "invalid message length"},
	ErrSendHold:     {"send hold timer expired"},
	9:               {"loss of LSDB synchronization"}, // RFC 9815
}

// NotificationName is code and subcode by name: "cease/administrative shutdown". Unknown ones are numbers.
func NotificationName(c ErrorCode, subcode uint8) string {
	return string(appendNotificationName(nil, c, subcode))
}

func appendNotificationName(dst []byte, c ErrorCode, subcode uint8) []byte {
	if c == 0 || int(c) >= len(notificationNames) {
		dst = strconv.AppendUint(append(dst, "code "...), uint64(c), 10)
		return strconv.AppendUint(append(dst, '/'), uint64(subcode), 10)
	}
	names := notificationNames[c]
	dst = append(dst, names[0]...)
	switch {
	case subcode == 0:
		return dst
	case int(subcode) < len(names) && names[subcode] != "":
		return append(append(dst, '/'), names[subcode]...)
	}
	return strconv.AppendUint(append(dst, '/'), uint64(subcode), 10)
}
