package playbooks

import (
	"fmt"
	"strings"
	"testing"
)

func counts(t *testing.T, text string) (list []CountOrPercent) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		p, err := ParseCount(word)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

func TestBatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		hosts int
		sizes string
		want  string // the sizes of the batches
	}{
		{0, "1", ""},
		{0, "50%", ""},
		{0, "1 25% 100%", ""},
		{0, "", ""},
		{1, "1", "1"},
		{1, "25%", "1"},
		{1, "100%", "1"},
		{1, "1 25% 100%", "1"},
		{2, "1 25% 100%", "1 1"},
		{3, "1 25% 100%", "1 1 1"},
		{8, "1 25% 100%", "1 2 5"},
		{10, "1 25% 100%", "1 3 6"},
		{20, "1 25% 100%", "1 5 14"},
		{10, "", "10"},
		{10, "3", "3 3 3 1"},
		{10, "1 3", "1 3 3 3"},
		{10, "33%", "4 4 2"},
		{10, "1%", "1 1 1 1 1 1 1 1 1 1"},
		{7, "50%", "4 3"},
		{3, "5", "3"},
		{200, "1%", strings.TrimSpace(strings.Repeat("2 ", 100))},
		{1000, "1 10% 100%", "1 100 899"},
	} {
		t.Run(fmt.Sprintf("%d hosts by %s", c.hosts, c.sizes), func(t *testing.T) {
			t.Parallel()
			var hosts []string
			for i := range c.hosts {
				hosts = append(hosts, fmt.Sprint("app", i+1))
			}
			var got, all []string
			for _, b := range Cut(hosts, counts(t, c.sizes)) {
				got = append(got, fmt.Sprint(len(b)))
				all = append(all, b...)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s, want %s", strings.Join(got, " "), c.want)
			}
			if strings.Join(all, " ") != strings.Join(hosts, " ") {
				t.Errorf("the batches are %v", all)
			}
		})
	}
}

func TestCountRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "at least 1", "0%": "at least 1", "-1": "at least 1", "150%": "at most 100%",
		"": "not a number", "%": "not a number", "1.5": "not a number", "half": "not a number", "+1": "not a number",
		"25 %": "not a number",
	} {
		if _, err := ParseCount(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
