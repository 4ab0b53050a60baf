// Package hba reads and edits the text of pg_hba.conf.
//
// [Parse] sees a file as the server of the given major version does and tells
// for every record what the server would say of it. [Edit] keeps the rules of
// odooctl in a place of their own and leaves every other byte alone:
//
//	edited, included, err := hba.Edit(text, 15, rules)
//
// Up to 15 the rules stand in the file itself, between two marker comments.
// From 16 on the file gets one include_if_exists line, and included is the
// text of [IncludedFile] beside it. Without rules both disappear, and the file
// is what it was before, byte for byte.
//
// [File.Match] answers which record decides for a connection, by the server's
// rule that the first match does.
//
// The package does no I/O: @file lists and include records are kept as they
// are written.
//
// Sources: PostgreSQL documentation, chapter "The pg_hba.conf File"; the
// server's own reading of the file (src/backend/libpq/hba.c, 9.5 to 18).
package hba
