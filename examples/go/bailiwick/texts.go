package bailiwick

// Groups are those of a subject's token, without `group:`. The zero value says that they are not known, which is not the same as none: Listed() is none. Groups can
// be compared, and be keys of maps.
type Groups struct {
	isKnown int32
	packed  string
}

// Listed returns groups that are known: these and no others. Make them once a token, not once a check.
func Listed(names ...string) Groups {
	return Groups{isKnown: 1, packed: pack(names)}
}

// Attributes are facts of a resource or of the context, all of them texts. The zero value is none.
type Attributes struct {
	packed string
}

// Texts returns attributes with their values. Make them once, not once a check.
func Texts(values map[string]string) Attributes {
	flat := make([]string, 0, 2*len(values))
	for name, value := range values {
		flat = append(flat, name, value)
	}
	return Attributes{pack(flat)}
}

// pack puts strings one behind another, each after its length in eight bytes. C may be handed a string, but not a slice of them.
func pack(all []string) string {
	var packed []byte
	for _, one := range all {
		for shift := 0; shift < 64; shift += 8 {
			packed = append(packed, byte(uint64(len(one))>>shift))
		}
		packed = append(packed, one...)
	}
	return string(packed)
}
