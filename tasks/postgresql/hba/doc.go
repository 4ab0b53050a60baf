// Package hba parses and edits the text of pg_hba.conf.
//
// [Parse] reads a file as the server of the given major version does and reports for
// every record what the server would. [Edit] keeps odooctl's rules in a section of
// their own and leaves every other byte alone:
//
//	edited, included, err := hba.Edit(text, 15, rules)
//
// Up to 15 the rules are in the file itself, between two marker comments. From 16 on
// the file gets one include_if_exists line, and included is the text of [IncludedFile]
// beside it. Without rules both disappear, and the file is what it was before, byte for
// byte.
//
// [File.Match] returns the record that decides for a connection, which is the first
// match.
//
// The package does no I/O: @file lists and include records are kept as written.
//
// Sources: PostgreSQL documentation, chapter "The pg_hba.conf File"; the server's
// parser (src/backend/libpq/hba.c, 9.5 to 18).
package hba
