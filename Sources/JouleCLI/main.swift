print("joule")
