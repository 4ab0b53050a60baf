package remote

// Without lets the fuzz test at what Trust does to a file.
var Without = without
