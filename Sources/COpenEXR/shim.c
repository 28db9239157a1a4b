// The C part lives in the header; every C target needs a source file.
#include "shim.h"
