"""Pages of the two offices, their approvers and supervisors, data officers and the operator; one file a noun."""
