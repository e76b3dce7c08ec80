import Hongqi
