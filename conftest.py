"""Import the library first: a test folder named like a package (`nghe/tests`) must not stand in for it."""

import nghe

assert nghe.__file__
