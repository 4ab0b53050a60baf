// Package connect logs in to the hosts of an inventory.
//
//	network, err := connect.New(inv, connect.Login{User: "ann", Home: "/home/ann", Agent: socket})
//	shell, err := network.Connect(ctx, inv.Host("db1"))      // one root shell; jump hosts are shared
//	res, err := shell.Run(ctx, "id -u\n", nil)
//
// How a host is reached, the inventory says first, then ssh_config, then Login. Scan and
// Trust are for the host keys, Forbidden tells why a host does not forward.
package connect
