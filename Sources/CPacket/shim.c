// SwiftPM wants a source file in every C target.
#include "CPacket.h"
