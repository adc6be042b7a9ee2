"""The simulation: parcels, a clock, faults and a journal behind one step from request to answer; and its sessions."""
