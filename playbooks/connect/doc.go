// Package connect logs in to the hosts of an inventory.
//
//	network, err := connect.New(inv, connect.Login{User: "ann", Home: "/home/ann", Agent: socket})
//	shell, err := network.Connect(ctx, inv.Host("db1"))      // one root shell; jump hosts are shared
//	res, err := shell.Run(ctx, "id -u\n", nil)
//
// For how to reach a host, the inventory comes first, then ssh_config, then Login. Scan
// and Trust are for host keys; Forbidden tells why a host refuses to forward.
package connect
