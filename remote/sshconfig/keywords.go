package sshconfig

import (
	"fmt"
	"slices"
	"strings"
)

// keywords are those of OpenSSH up to 10 (readconf.c, keywords), its old names, Debian's
// GSSAPI ones, and macOS's UseKeychain. Any other is an error, as ssh has it.
var keywords = fieldSet(`
	addkeystoagent addressfamily afstokenpassing batchmode bindaddress bindinterface canonicaldomains
	canonicalizefallbacklocal canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames
	casignaturealgorithms certificatefile challengeresponseauthentication channeltimeout checkhostip cipher ciphers
	clearallforwardings compression compressionlevel connectionattempts connecttimeout controlmaster controlpath
	controlpersist dsaauthentication dynamicforward enableescapecommandline enablesshkeysign escapechar
	exitonforwardfailure fallbacktorsh fingerprinthash forkafterauthentication forwardagent forwardx11
	forwardx11timeout forwardx11trusted gatewayports globalknownhostsfile globalknownhostsfile2 gssapiauthentication
	gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey
	gssapiserveridentity gssapitrustdns hashknownhosts host hostbasedacceptedalgorithms hostbasedauthentication
	hostbasedkeytypes hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile identityfile2
	ignoreunknown include ipqos kbdinteractiveauthentication kbdinteractivedevices kerberosauthentication
	kerberostgtpassing kexalgorithms keepalive knownhostscommand localcommand localforward loglevel logverbose macs
	match nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming passwordauthentication
	permitlocalcommand permitremoteopen pkcs11provider port preferredauthentications protocol protocolkeepalives
	proxycommand proxyjump proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication
	refuseconnection rekeylimit remotecommand remoteforward requesttty requiredrsasize revokedhostkeys
	rhostsauthentication rhostsrsaauthentication rsaauthentication securitykeyprovider sendenv serveralivecountmax
	serveraliveinterval sessiontype setenv setuptimeout skeyauthentication smartcarddevice stdinnull
	streamlocalbindmask streamlocalbindunlink stricthostkeychecking syslogfacility tag tcpkeepalive
	tisauthentication tunnel tunneldevice updatehostkeys useblacklistedkeys usekeychain useprivilegedport user
	userknownhostsfile userknownhostsfile2 useroaming usersh verifyhostkeydns versionaddendum visualhostkey
	warnweakcrypto xauthlocation`)

func fieldSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// raw are the keywords whose value is the rest of the line as it stands.
var raw = fieldSet("proxycommand localcommand remotecommand knownhostscommand")

// single are the followed keywords that take one value.
var single = fieldSet("hostname user port identityfile identitiesonly identityagent proxyjump hostkeyalias " +
	"connecttimeout serveraliveinterval serveralivecountmax stricthostkeychecking kexalgorithms hostkeyalgorithms " +
	"ciphers macs pubkeyauthentication preferredauthentications controlpath")

// check finds what ssh refuses in a line, whether or not it is about a host.
func (l line) check() error {
	switch {
	case len(l.args) == 0:
		return fmt.Errorf("%s: %s: the value is missing", l.pos(), l.name)
	case single[l.keyword] && len(l.args) > 1:
		return fmt.Errorf("%s: %s: only one value may stand here, not %q too", l.pos(), l.name, l.args[1])
	}
	var err error
	switch l.keyword {
	case "port":
		_, err = number(l.args[0], 1, 65535)
	case "serveralivecountmax":
		_, err = number(l.args[0], 0, 1<<30)
	case "connecttimeout", "serveraliveinterval":
		_, err = duration(l.args[0])
	case "stricthostkeychecking":
		err = oneOf(l.args[0], "yes", "true", "ask", "no", "false", "off", "accept-new")
	case "identitiesonly", "pubkeyauthentication":
		err = oneOf(l.args[0], "yes", "true", "no", "false", "unbound", "host-bound")
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w", l.pos(), l.name, err)
	}
	return nil
}

func oneOf(value string, words ...string) error {
	if !slices.Contains(words, strings.ToLower(value)) {
		return fmt.Errorf("%s is none of %s", value, strings.Join(words, ", "))
	}
	return nil
}
