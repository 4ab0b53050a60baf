package tasks

// kinds lists what a picture holds that can be changed, in the order in which
// changes are made: what others need first. Undo goes the other way.
//
// A kind says how a difference is shown in a word or two, and how it is made.
// Undo is make with before and after exchanged.
var kinds = []kind{
	{name: kindPackage, show: showPackage, make: makeNothing},
	{name: kindVersion, show: showVersion, make: makeNothing},
	{name: kindGroup, show: showNothing, make: makeGroup},
	{name: kindUser, show: showUser, make: makeUser},
	{name: kindRole, show: showRole, make: makeRole},
	{name: kindDatabase, show: showDatabase, make: makeDatabase},
	{name: kindPath, show: showNode, make: makeNode},
	{name: kindTree, show: showTree, make: makeTree},
	{name: kindCheckout, show: showCheckout, make: makeCheckout},
	{name: kindBuild, show: showBuild, make: makeBuild},
	{name: kindUnit, show: showUnit, make: makeUnit},
}

type kind struct {
	name string
	show func(before, after State) []string
	make func(s *script, name string, before, after State)
}

func showNothing(before, after State) []string { return nil }

// makeNothing is for a kind of which a plan makes all at once.
func makeNothing(s *script, name string, before, after State) {}

func showUser(before, after State) []string {
	if a, ok := after.(user); ok {
		return []string{"home " + a.Home, "shell " + a.Shell}
	}
	return nil
}
