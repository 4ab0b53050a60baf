package hba

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxDepth limits nested files (CONF_FILE_MAX_DEPTH, from 16 on; before, a file that
// includes itself exhausts the file handles).
const maxDepth = 10

// maxFiles limits repeated includes. The server would go on.
const maxFiles = 10_000

var (
	errTooDeep   = errors.New("maximum nesting depth exceeded")
	errTooMany   = fmt.Errorf("more than %d files are included", maxFiles)
	errDirectory = errors.New("Is a directory")
)

// include returns the lines that an include record names, or the record's fault.
func (s scanner) include(kind Kind, outer, name string, depth int) (all []scanned, fault string) {
	files := []string{beside(outer, name)}
	if kind == IncludeDir {
		if files, fault = s.directory(outer, name); fault != "" {
			return nil, fault
		}
	}
	var faults []string
	for _, file := range files {
		text, err := s.read(file, depth)
		switch {
		case err == nil:
			all = append(all, s.scan(file, text, depth)...)
		case kind == IncludeIfExists && errors.Is(err, fs.ErrNotExist):
		default:
			faults = append(faults, fmt.Sprintf(`could not open file "%s": %s`, file, reason(err)))
		}
	}
	return all, strings.Join(faults, "\n")
}

// directory lists the *.conf files of a directory in byte order, without hidden ones.
func (s scanner) directory(outer, name string) (files []string, fault string) {
	if strings.Trim(name, " \t\r\n") == "" {
		return nil, "empty configuration directory name"
	}
	dir := beside(outer, name)
	entries, err := fs.ReadDir(s.files, rooted(dir))
	if err != nil {
		return nil, fmt.Sprintf(`could not open directory "%s"`, dir)
	}
	for _, e := range entries {
		if n := e.Name(); len(n) > len(".conf") && !strings.HasPrefix(n, ".") && strings.HasSuffix(n, ".conf") &&
			!e.IsDir() {
			files = append(files, path.Join(dir, n))
		}
	}
	slices.Sort(files)
	return files, ""
}

// read returns the text of a file. A directory can be opened; from 14 on the failure to
// read it is only logged.
func (s scanner) read(file string, depth int) (string, error) {
	if depth > maxDepth {
		return "", errTooDeep
	}
	if *s.count++; *s.count > maxFiles {
		return "", errTooMany
	}
	if info, err := fs.Stat(s.files, rooted(file)); err == nil && info.IsDir() {
		if s.major < continuationMajor {
			return "", errDirectory
		}
		return "", nil
	}
	text, err := fs.ReadFile(s.files, rooted(file))
	return string(text), err
}

// beside resolves a name as the server does, relative to the folder of the file that
// has it.
func beside(outer, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return path.Join(path.Dir(outer), name)
}

// rooted turns an absolute path into a name of an fs.FS.
func rooted(file string) string {
	if file = strings.TrimPrefix(path.Clean(file), "/"); file != "" {
		return file
	}
	return "."
}

// reason words an error as the C library does.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	}
	return err.Error()
}
