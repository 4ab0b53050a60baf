package report

// KeysDocument is the keys that hosts have shown.
type KeysDocument []KeyOf

// KeyOf is the key of one host, or of a jump host on the way.
type KeyOf struct {
	Host        string `json:"host"`
	Address     string `json:"address"`
	Type        string `json:"type,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	State       string `json:"state,omitempty" jsonschema:"enum=new,enum=known,enum=changed,enum=revoked"`
	Known       string `json:"known,omitempty"` // what is known instead
	Written     bool   `json:"written"`         // into File, by this call
	File        string `json:"file,omitempty"`
	Error       string `json:"error,omitempty"` // why it shows none
}
