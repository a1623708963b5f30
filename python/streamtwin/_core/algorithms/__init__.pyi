"""The decisions of the platform's real parts, without a simulation: values and the time go in, a decision comes out. Times are seconds since the start of the run."""

from typing import Any, Callable, Iterator, Optional, Union
from . import abr as abr
from . import clients as clients
from . import elb as elb
from . import eureka as eureka
from . import evcache as evcache
from . import eviction as eviction
from . import fenzo as fenzo
from . import flows as flows
from . import forecast as forecast
from . import hystrix as hystrix
from . import kayenta as kayenta
from . import limits as limits
from . import openconnect as openconnect
from . import queueing as queueing
from . import ribbon as ribbon
from . import services as services
from . import titus as titus
from . import traces as traces
from . import zuul as zuul


