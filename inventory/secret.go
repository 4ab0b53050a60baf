package inventory

import (
	"fmt"
	"log/slog"
)

// Secret is a value that is never printed. The zero Secret is no secret. It may be
// copied, and is safe for many goroutines.
type Secret struct {
	from *source
	Pos  Pos
}

const masked = "***"

// IsZero reports whether the inventory gives no such secret.
func (s Secret) IsZero() bool { return s.from == nil }

// String returns ***, as do all the ways to print, log or encode a Secret.
func (s Secret) String() string { return masked }

// GoString returns ***.
func (s Secret) GoString() string { return masked }

// Format writes *** whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, masked) }

// MarshalJSON returns "***".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText returns ***.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalYAML returns ***.
func (s Secret) MarshalYAML() (any, error) { return masked, nil }

// LogValue returns ***.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }
