package tasktest

func init() {
	fakes["kernel"] = fake{answer: one("kernel", "kernel", (*host).answerKernel), verbs: map[string]verb{
		"set_kernel": func(t *transaction, arg []string) error { t.h.kernel[arg[0]] = arg[1]; return nil },
	}}
}

func (h *host) answerKernel(names []string) (text string) {
	for _, n := range names {
		if v, ok := h.kernel[n]; ok {
			text += n + ":" + v + "\n"
		}
	}
	return text
}
