package addresses

const (
	outputNetwork     = "EgressNetwork"
	outputAddresses   = "EgressAddresses"
	outputAllocations = "EgressAllocations"
	outputRange       = "EgressRange"
	outputSubnets     = "EgressSubnets"
)
