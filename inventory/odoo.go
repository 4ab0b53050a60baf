package inventory

import (
	"strconv"
	"strings"
)

// The ports that Odoo listens on when neither the inventory nor odoo.conf says otherwise.
const (
	DefaultHTTPPort = 8069
	DefaultChatPort = 8072

	DefaultAdmin = "admin" // the login that Odoo makes with a new database
)

// Odoo is the application part of a deployment. Zero values and nil pointers mean "not
// given": the value is derived from the host.
type Odoo struct {
	Hosts           []*Host    `yaml:"hosts"`
	Version         string     `yaml:"version"` // "14.0"; "" is read from the host
	Rolling         Rolling    `yaml:"rolling"`
	Mode            Mode       `yaml:"mode"`  // see Runs
	Chat            Chat       `yaml:"chat"`  // with ModeWSGI; "" is ChatGevent
	Users           int        `yaml:"users"` // concurrent users
	Databases       []string   `yaml:"databases"`
	DBFilter        string     `yaml:"dbfilter"` // a Python regular expression with %h and %d
	ListDB          *bool      `yaml:"list_db"`
	AdminPasswd     Secret     `yaml:"admin_passwd"` // left out, one is generated and kept; see Inventory.Keep
	AdminLogin      AdminLogin `yaml:"admin_login"`
	HTTPPort        int        `yaml:"http_port"`   // 0 is DefaultHTTPPort
	ChatPort        int        `yaml:"chat_port"`   // long polling or websocket; 0 is DefaultChatPort
	DataDir         string     `yaml:"data_dir"`    // on the host
	DataShared      bool       `yaml:"data_shared"` // its hosts have what is in data_dir in common in a way that no mount shows
	DataMount       *DataMount `yaml:"data_mount"`  // its hosts have data_dir in common by this mount
	AddonsPath      []string   `yaml:"addons_path"`
	Workers         *int       `yaml:"workers"`
	MaxCronThreads  *int       `yaml:"max_cron_threads"`
	LimitMemorySoft Size       `yaml:"limit_memory_soft"`
	LimitMemoryHard Size       `yaml:"limit_memory_hard"`
	Install         *Install   `yaml:"install"` // nil: Odoo is there, or installed by other means
	Addons          AddonsList `yaml:"addons"`
	Modules         Modules    `yaml:"modules"`
	Environment     []Option   `yaml:"environment"`    // variables of Odoo's services, in the order of the file
	Options         []Option   `yaml:"options"`        // any other option of odoo.conf, in the order of the file
	ModuleOptions   []Option   `yaml:"module_options"` // what modules read in section [options]
	Sections        Sections   `yaml:"sections"`       // other sections of odoo.conf, which modules read
	Pos             Pos        `yaml:"-"`
}

// AdminLogin is the administrator of a database that odooctl sets up. An existing
// database keeps the one that it has.
type AdminLogin struct {
	Name     string `yaml:"name"`     // "" is DefaultAdmin
	Password Secret `yaml:"password"` // left out, one is generated and kept; see Inventory.Keep
	Pos      Pos    `yaml:"-"`
}

// Major returns the major version, 14 for "14.0", and 0 where the inventory does not say.
func (o *Odoo) Major() int {
	major, _, _ := strings.Cut(o.Version, ".")
	n, _ := strconv.Atoi(major)
	return n
}

// Ports returns the HTTP and the chat port with the defaults filled in.
func (o *Odoo) Ports() (http, chat int) {
	http, chat = o.HTTPPort, o.ChatPort
	if http == 0 {
		http = DefaultHTTPPort
	}
	if chat == 0 {
		chat = DefaultChatPort
	}
	return http, chat
}
