package inventory

// places says where the values of a file were written, by the pointers to them. A
// fleet's file has hundreds of thousands, so each is as small as can be.
type places struct {
	files   []origin
	numbers map[string]int32 // of the files but the first
	at      map[any]place
}

type place struct{ line, col, file int32 }

// bytesPerValue is what a value takes in a terse file, to allocate room for all at once.
const bytesPerValue = 11

// newPlaces makes room for the values of files of that many bytes.
func newPlaces(files []origin, size int) places {
	p := places{files: files, numbers: map[string]int32{}, at: make(map[any]place, size/bytesPerValue)}
	for i, s := range files[1:] {
		p.numbers[s.name] = int32(i + 1)
	}
	return p
}

func (p places) put(value any, at Pos) {
	file := int32(0)
	if len(p.files) > 1 {
		file = p.numbers[at.File]
	}
	p.at[value] = place{int32(at.Line), int32(at.Col), file}
}

// of returns the zero Pos for a value that the file does not give.
func (p places) of(value any) Pos {
	at, ok := p.at[value]
	if !ok {
		return Pos{}
	}
	return Pos{p.files[at.file].name, int(at.line), int(at.col)}
}

func (p places) has(value any) bool {
	_, ok := p.at[value]
	return ok
}

// at returns where the file has a value that the decoder has read.
func (d *decoder) at(value any) Pos { return d.where.of(value) }
