package conf

// Check says what is wrong with a setting by itself for a major version, as Render does; nil
// if nothing is. Of one whose value is not known it checks the name.
func Check(major int, s Setting, known bool) error {
	if s.Module || s.Section != "" {
		if known {
			_, err := normalizeModule(s, major)
			return err
		}
		return nil
	}
	_, _, err := resolve(s, major)
	if o, ok := Lookup(s.Name); ok && o.In(major) && !known {
		return nil
	}
	return err
}
