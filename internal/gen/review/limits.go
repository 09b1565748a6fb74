package review

import "gopkg.in/yaml.v3"

// limitLeaf is one limit of the API, which is told apart by what it counts.
func limitLeaf(item *yaml.Node, path string) leaf {
	l := leaf{path: path + "." + text(item, "window") + " per " + text(item, "per"), text: text(item, "requests")}
	if burst := text(item, "burst"); burst != "" {
		l.path += " in bursts"
		l.text += ", bursts of " + burst
	}
	return l
}
