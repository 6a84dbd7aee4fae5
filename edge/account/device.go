package account

import "strings"

// kinds are what browsers and systems call themselves in User-Agent, those
// first that also name others.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// Device returns in a few words what a User-Agent field says of a browser, such
// as "Firefox on Linux". Nothing of the field itself is in it, so that it
// tells no more than an owner needs to know a device again.
func Device(userAgent string) string {
	browser, system := named(browsers, userAgent), named(systems, userAgent)
	switch {
	case browser == "" && system == "":
		return "A browser"
	case browser == "":
		return "A browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func named(kinds [][2]string, text string) string {
	for _, kind := range kinds {
		if strings.Contains(text, kind[0]) {
			return kind[1]
		}
	}
	return ""
}
