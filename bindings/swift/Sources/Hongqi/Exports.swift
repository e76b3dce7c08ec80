// One import for an app: the generated API and what is written by hand around it.
@_exported import HongqiCore
