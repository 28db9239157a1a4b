// SwiftPM needs one source file per C target; everything here lives in the header.
#include "shim.h"
