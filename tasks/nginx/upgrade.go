package nginx

import "odooctl/tasks"

func init() {
	tasks.Register("nginx.upgrade", "the newest packages of the nginx that is installed",
		func() tasks.Task { return &Upgrade{} })
}

// Upgrade upgrades nginx's packages to the newest ones in the host's sources. The
// package switches a running nginx to the new program without a lost request; that it
// serves, and what it has read, is proven as after every change.
type Upgrade struct{}

// Plan implements tasks.Task.
func (Upgrade) Plan(h *tasks.Host) error {
	layoutOf(h)
	h.Unit(Unit)
	list, err := h.Upgrade("nginx", "nginx-common", "nginx-core", "nginx-light", "nginx-full", "nginx-extras")
	if err != nil || len(list) == 0 {
		return err
	}
	h.Notify(Unit, tasks.Reload, list[len(list)-1].Name+" is new")
	guard(h)
	return nil
}
