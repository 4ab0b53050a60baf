# sshd_settings USER ADDRESS: what sshd_config says for a login of the user from there.
sshd_settings() {
	PATH=$PATH:/usr/sbin:/sbin
	sshd -T -C "user=$1,host=$2,addr=$2,laddr=127.0.0.1,lport=22"
}
