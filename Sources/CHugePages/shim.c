#include "CHugePages.h"
