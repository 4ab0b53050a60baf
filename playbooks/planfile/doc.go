// Package planfile keeps a plan to be applied later, and checks whether it still holds.
//
//	f := planfile.New(salt, inventory, playbook)                 // inputs, with the digests of their bytes
//	f.Hosts = append(f.Hosts, f.Sealed("db1", state, plan))
//	err := f.Write("friday.plan")
//
// and on Friday:
//
//	f, err := planfile.Read("friday.plan")                       // ErrNone: it is something else
//	err = f.Check(inventoryDigest, playbookDigest)               // ErrMoved: plan again
//	err = f.Compare(f.Sealed("db1", state, plan), version)       // *MovedError: so is db1's
//
// A plan file has no secret, and none can be guessed from it; see seal.
package planfile
