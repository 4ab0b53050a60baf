package odoo

import "odooctl/tasks"

func init() {
	tasks.Register("odoo.size", "says where the users of an Odoo do not fit its host; changes nothing",
		func() tasks.Task { return &Sizes{} })
}

// Sizes requests what SizingOf needs to know, and shows its warnings.
type Sizes struct{}

// Plan implements tasks.Task.
func (Sizes) Plan(h *tasks.Host) error {
	for _, d := range h.OdooOf() {
		askConnections(h, d)
		major, err := Major(h, d)
		if err != nil {
			return err
		}
		s, err := SizingOf(h, d, major)
		if err != nil {
			return err
		}
		for _, w := range s.Warnings {
			h.Warn("%s: %s: %s", d.Odoo.Pos, d.Name, w)
		}
	}
	return nil
}
