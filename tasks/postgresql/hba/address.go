package hba

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// parseAddress parses the address field, and the netmask field if one has to follow.
// next returns the following field.
func (r *Record) parseAddress(token Token, next func() []Token) error {
	r.Address = token
	if token.keyword("all") || token.keyword("samehost") || token.keyword("samenet") {
		return nil
	}
	text, bits, cidr := strings.Cut(token.Text, "/")
	address, numeric := numericHost(text)
	switch {
	case !numeric && cidr:
		return fmt.Errorf(`specifying both host name and CIDR mask is invalid: "%s"`, token.Text)
	case !numeric:
		r.hostName = text
		return nil
	case cidr:
		mask, ok := cidrMask(bits, address.BitLen())
		if !ok {
			return fmt.Errorf(`invalid CIDR mask in address "%s"`, token.Text)
		}
		r.network = maskedNetwork{address, mask}
		return nil
	}

	field := next()
	if field == nil {
		return fmt.Errorf("end-of-line before netmask specification")
	}
	if len(field) > 1 {
		return fmt.Errorf("multiple values specified for netmask")
	}
	mask, numeric := numericHost(field[0].Text)
	if !numeric {
		return fmt.Errorf(`invalid IP mask "%s": Name or service not known`, field[0].Text)
	}
	if address.BitLen() != mask.BitLen() {
		return fmt.Errorf("IP address and mask do not match")
	}
	r.Mask = field[0].Text
	r.network = maskedNetwork{address, mask}
	return nil
}

// numericHost parses an address as glibc's getaddrinfo does with AI_NUMERICHOST: IPv6,
// IPv4 and the short, octal and hexadecimal IPv4 forms of inet_aton.
func numericHost(text string) (netip.Addr, bool) {
	if strings.Contains(text, ":") {
		a, err := netip.ParseAddr(text)
		return a.WithZone(""), err == nil
	}
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var address uint64
	for i, part := range parts {
		n, ok := cNumber(part)
		if !ok {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return netip.Addr{}, false
			}
			address |= n << (24 - 8*i)
			continue
		}
		if n >= 1<<(32-8*i) {
			return netip.Addr{}, false
		}
		address |= n
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}), true
}

// cNumber parses decimal, 0 octal and 0x hexadecimal digits, nothing else.
func cNumber(text string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X"):
		base, text = 16, text[2:]
	case len(text) > 1 && text[0] == '0':
		base, text = 8, text[1:]
	}
	n, err := strconv.ParseUint(text, base, 33)
	return n, err == nil
}

// cidrMask parses a prefix length as strtol does: blanks and a sign may come first.
func cidrMask(text string, bitLen int) (netip.Addr, bool) {
	bits, err := strconv.ParseInt(strings.TrimLeft(text, " \t\n\v\f\r"), 10, 32)
	if err != nil || bits < 0 || bits > int64(bitLen) {
		return netip.Addr{}, false
	}
	mask := make([]byte, bitLen/8)
	for i := range bits {
		mask[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(mask)
	return a, true
}
