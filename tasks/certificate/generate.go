package certificate

import (
	_ "embed"
	"strconv"

	"odooctl/remote/shell"
)

//go:embed self_signed.sh
var selfSigned string

// GenerateKey is shell that makes a private key in the file "$1".
const GenerateKey = `openssl ecparam -name prime256v1 -genkey -noout -out "$1"`

// Generate is shell that makes a self-signed certificate in the file "$1", for a common
// name and others in openssl's syntax, such as DNS:example.com (x509v3_config(5)). The key
// is a file of the same folder that the same transaction stages before, as its name
// sorts first.
func Generate(key string, days int, name, others string) string {
	return shell.Bare(selfSigned) + `self_signed "$1" ` + shell.Words(key, strconv.Itoa(days), name, others)
}
